"""A FaceNet library: align faces, describe them with 128-d unit vectors, compare them. README.md tells how."""
