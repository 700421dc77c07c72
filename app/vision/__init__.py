"""SEES: from pixels to faces and vectors. The only door to facenet_core; knows neither the library nor Qt."""
