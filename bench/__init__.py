"""Measurements, each as a ratio to a control in the same run."""
