"""Supervision (督办): clocks, lights, orders, lifecycle, rates, draws. Pure: no web, no files."""
