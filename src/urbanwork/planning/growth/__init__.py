"""Growth of built-up land: learned from maps, simulated under masks, scored beside baselines."""
