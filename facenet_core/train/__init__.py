"""Training: a config, one loop for every loss, and a run folder that holds all it takes to go on or to use the result.

`config.Config` says what to train, `loop.train` and `loop.resume` do it.
"""
