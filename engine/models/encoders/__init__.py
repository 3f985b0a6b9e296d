"""Classification networks as encoders."""
