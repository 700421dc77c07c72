"""The networks that turn a picture into features: one module each, with one `build(inputs, ...) -> features`."""

BACKBONES: dict[str, str] = {
    "mobilenet_v1": "facenet_core.backbones.mobilenet_v1",
}
