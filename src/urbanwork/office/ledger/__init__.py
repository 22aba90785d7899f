"""The ledger (台账): tasks, their events, and all that is done to them."""
