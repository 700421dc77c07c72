"""KNOWS: photos, faces, people and decisions, in SQLite, with FAISS as a cache. No Qt, no TensorFlow."""
