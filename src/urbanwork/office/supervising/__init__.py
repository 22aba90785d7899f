"""Supervision (督办) in the office: the nightly tick, orders, rates, chiefs, who has read what."""
