"""RUNS: jobs, their stages and channels, cancel and pause. No Qt, no TensorFlow, no SQL."""
