"""An office's plan table (推进方案 in Word or Excel) → a plan file, and all that could not be read."""
