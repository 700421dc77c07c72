"""The networks that turn a picture into features, one module each, and what their modules hold.

`build(inputs, **options) -> features`; `SIZE`, the side in pixels of the pictures that the network was made for, and
`SMALLEST`, of those it can take; `DROPOUT`, the share of the features that a head sets to zero while training;
`ENDPOINTS`, from the names of the reference to layers; `slim_scope(layer)`, the TF-Slim scope of a layer.
"""

BACKBONES: dict[str, str] = {
    "inception_resnet_v1": "facenet_core.backbones.inception_resnet_v1",
    "mobilenet_v1": "facenet_core.backbones.mobilenet_v1",
    "inception_v3": "facenet_core.backbones.inception_v3",
    "alexnet_v2": "facenet_core.backbones.alexnet_v2",
    "mobilefacenet": "facenet_core.backbones.mobilefacenet",
}
