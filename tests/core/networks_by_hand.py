"""Shapes and numbers of parameters of the networks, worked out by hand from the papers' figures and tables."""

from __future__ import annotations

from itertools import pairwise

DIMENSION = 128

# At the size that the network was made for. An unpadded window of k at stride s makes (n - k) / s + 1 of n, rounded
# down, a padded one n / s, rounded up; concatenated branches add up.
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    "inception_resnet_v1": {
        "Conv2d_1a_3x3": (79, 79, 32),
        "Conv2d_2a_3x3": (77, 77, 32),
        "Conv2d_2b_3x3": (77, 77, 64),
        "MaxPool_3a_3x3": (38, 38, 64),
        "Conv2d_3b_1x1": (38, 38, 80),
        "Conv2d_4a_3x3": (36, 36, 192),
        "Conv2d_4b_3x3": (17, 17, 256),
        "Mixed_5a": (17, 17, 256),
        "Mixed_6a": (8, 8, 384 + 256 + 256),
        "Mixed_6b": (8, 8, 896),
        "Mixed_7a": (3, 3, 384 + 256 + 256 + 896),
        "Mixed_8a": (3, 3, 1792),
        "Mixed_8b": (3, 3, 1792),
        "PrePool": (3, 3, 1792),
        "PreLogitsFlatten": (1792,),
    },
    "mobilenet_v1": {
        "Conv2d_0": (80, 80, 32),
        **{
            f"Conv2d_{number}_{kind}": (side, side, depth)
            for number, side, depthwise, pointwise in (
                (1, 80, 32, 64),
                (2, 40, 64, 128),
                (3, 40, 128, 128),
                (4, 20, 128, 256),
                (5, 20, 256, 256),
                (6, 10, 256, 512),
                *((number, 10, 512, 512) for number in range(7, 12)),
                (12, 5, 512, 1024),
                (13, 5, 1024, 1024),
            )
            for kind, depth in (("depthwise", depthwise), ("pointwise", pointwise))
        },
    },
    "inception_v3": {
        "Conv2d_1a_3x3": (149, 149, 32),
        "Conv2d_2a_3x3": (147, 147, 32),
        "Conv2d_2b_3x3": (147, 147, 64),
        "MaxPool_3a_3x3": (73, 73, 64),
        "Conv2d_3b_1x1": (73, 73, 80),
        "Conv2d_4a_3x3": (71, 71, 192),
        "MaxPool_5a_3x3": (35, 35, 192),
        "Mixed_5b": (35, 35, 64 + 64 + 96 + 32),
        "Mixed_5c": (35, 35, 64 + 64 + 96 + 64),
        "Mixed_5d": (35, 35, 288),
        "Mixed_6a": (17, 17, 384 + 96 + 288),
        **{f"Mixed_6{letter}": (17, 17, 4 * 192) for letter in "bcde"},
        "Mixed_7a": (8, 8, 320 + 192 + 768),
        "Mixed_7b": (8, 8, 320 + 768 + 768 + 192),
        "Mixed_7c": (8, 8, 2048),
    },
    "alexnet_v2": {
        "alexnet_v2/conv1": (54, 54, 64),
        "alexnet_v2/pool1": (26, 26, 64),
        "alexnet_v2/conv2": (26, 26, 192),
        "alexnet_v2/pool2": (12, 12, 192),
        "alexnet_v2/conv3": (12, 12, 384),
        "alexnet_v2/conv4": (12, 12, 384),
        "alexnet_v2/conv5": (12, 12, 256),
        "alexnet_v2/pool5": (5, 5, 256),
        "alexnet_v2/fc6": (1, 1, 4096),
        "alexnet_v2/fc7": (1, 1, 4096),
    },
    "mobilefacenet": {
        "Conv2d_0": (56, 56, 64),
        "Conv2d_1_depthwise": (56, 56, 64),
        **{f"expanded_conv_{number}": (28, 28, 64) for number in range(5)},
        **{f"expanded_conv_{number}": (14, 14, 128) for number in range(5, 12)},
        **{f"expanded_conv_{number}": (7, 7, 128) for number in range(12, 15)},
        "Conv2d_2": (7, 7, 512),
        "GDConv": (1, 1, 512),
    },
}

# Area, channels in and channels out of every kernel, as the papers' figures give them.
Kernels = list[tuple[int, int, int]]


def weights(kernels: Kernels) -> int:
    return sum(area * inputs * outputs for area, inputs, outputs in kernels)


def channels(kernels: Kernels) -> int:
    return sum(outputs for _, _, outputs in kernels)


def of_inception_resnet_v1() -> tuple[int, int]:
    stem = [(9, 3, 32), (9, 32, 32), (9, 32, 64), (1, 64, 80), (9, 80, 192), (9, 192, 256)]
    block35 = [*[(1, 256, 32)] * 3, *[(9, 32, 32)] * 3]
    reduction_a = [(9, 256, 384), (1, 256, 192), (9, 192, 192), (9, 192, 256)]
    block17 = [*[(1, 896, 128)] * 2, *[(7, 128, 128)] * 2]
    reduction_b = [*[(1, 896, 256)] * 3, (9, 256, 384), *[(9, 256, 256)] * 3]
    block8 = [*[(1, 1792, 192)] * 2, *[(3, 192, 192)] * 2]
    normed = stem + block35 * 5 + reduction_a + block17 * 10 + reduction_b + block8 * 6 + [(1, 1792, DIMENSION)]
    up = [*[(1, 96, 256)] * 5, *[(1, 256, 896)] * 10, *[(1, 384, 1792)] * 6]
    betas_and_biases = channels(normed + up)
    return weights(normed + up) + betas_and_biases, 2 * channels(normed)


def of_mobilenet_v1() -> tuple[int, int]:
    depths = [32, 64, 128, 128, 256, 256, *[512] * 6, 1024, 1024]
    pointwise = [(1, before, after) for before, after in pairwise(depths)]
    depthwise = [(9, 1, depth) for depth in depths[:-1]]
    normed, head = [(9, 3, 32), *pointwise, *depthwise], [(1, 1024, DIMENSION)]
    gammas_and_betas = 2 * channels(normed) + DIMENSION
    return weights(normed + head) + gammas_and_betas, 2 * channels(normed + head)


def inception_v3_kernels() -> Kernels:
    def mixed_5(inputs: int, pooled: int) -> Kernels:
        double = [(1, inputs, 64), (9, 64, 96), (9, 96, 96)]
        return [(1, inputs, 64), (1, inputs, 48), (25, 48, 64), *double, (1, inputs, pooled)]

    def mixed_6(n: int) -> Kernels:
        single = [(1, 768, n), (7, n, n), (7, n, 192)]
        double = [(1, 768, n), *[(7, n, n)] * 3, (7, n, 192)]
        return [(1, 768, 192), *single, *double, (1, 768, 192)]

    def mixed_7(inputs: int) -> Kernels:
        single, double = [(1, inputs, 384)], [(1, inputs, 448), (9, 448, 384)]
        return [(1, inputs, 320), *single, *double, *[(3, 384, 384)] * 4, (1, inputs, 192)]

    stem = [(9, 3, 32), (9, 32, 32), (9, 32, 64), (1, 64, 80), (9, 80, 192)]
    mixed_6a = [(9, 288, 384), (1, 288, 64), (9, 64, 96), (9, 96, 96)]
    mixed_7a = [(1, 768, 192), (9, 192, 320), (1, 768, 192), *[(7, 192, 192)] * 2, (9, 192, 192)]
    fives = mixed_5(192, 32) + mixed_5(256, 64) + mixed_5(288, 64)
    sixes = mixed_6(128) + mixed_6(160) + mixed_6(160) + mixed_6(192)
    return stem + fives + mixed_6a + sixes + mixed_7a + mixed_7(1280) + mixed_7(2048)


def of_inception_v3() -> tuple[int, int]:
    normed = [*inception_v3_kernels(), (1, 2048, DIMENSION)]
    return weights(normed) + channels(normed), 2 * channels(normed)


def alexnet_v2_kernels() -> Kernels:
    convolutions = [(121, 3, 64), (25, 64, 192), (9, 192, 384), (9, 384, 384), (9, 384, 256)]
    return [*convolutions, (25, 256, 4096), (1, 4096, 4096)]


def of_alexnet_v2() -> tuple[int, int]:
    kernels = [*alexnet_v2_kernels(), (1, 4096, DIMENSION)]
    return weights(kernels) + channels(kernels), 2 * DIMENSION


def of_mobilefacenet() -> tuple[int, int]:
    """The paper says 0.99 million; it does not say what it counts."""
    prelu: Kernels = [(9, 3, 64), (9, 1, 64), (1, 128, 512)]
    linear: Kernels = [(49, 1, 512)]
    bottlenecks = [(64, 2, 64)] * 5 + [(64, 4, 128)] + [(128, 2, 128)] * 6 + [(128, 4, 128)] + [(128, 2, 128)] * 2
    for inputs, expansion, outputs in bottlenecks:
        inner = inputs * expansion
        prelu += [(1, inputs, inner), (9, 1, inner)]
        linear += [(1, inner, outputs)]
    head = [(1, 512, DIMENSION)]
    slopes_gammas_betas = 3 * channels(prelu) + 2 * channels(linear) + DIMENSION
    return weights(prelu + linear + head) + slopes_gammas_betas, 2 * channels(prelu + linear + head)


# Worked out above, then as a number: trainable parameters and moving statistics with 128-d at the standard size.
PARAMETERS = {
    "inception_resnet_v1": (of_inception_resnet_v1, 22_779_312, 28_832),
    "mobilenet_v1": (of_mobilenet_v1, 3_338_176, 22_144),
    "inception_v3": (of_inception_v3, 22_030_624, 34_688),
    "alexnet_v2": (of_alexnet_v2, 46_731_328, 256),
    "mobilefacenet": (of_mobilefacenet, 1_003_008, 19_584),
}
