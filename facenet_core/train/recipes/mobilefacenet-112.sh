#!/bin/sh
# Trains the embedder that ships: MobileFaceNet at 112 x 112, distilled from a MobileFaceNet of the same widths.
#
#   sh mobilefacenet-112.sh TEACHER.onnx OUT PACK.npz...
#
# Runs two trainings into OUT/stretches and OUT/whole, each with its own cosine schedule, and leaves the preset in
# OUT/whole. Then: `calibrate --write` it and `export --format litert` it. About two hours on two cores.
#
# 1. Stretches: every block learns on the teacher's own maps, all at the same time, in small batches. A block learns
#    from every pixel of a map and does not wait for those before it, so a few thousand steps are enough.
# 2. The whole network on its own maps, which makes the blocks fit each other.
set -eu
[ $# -ge 3 ] || { sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//'; exit 2; }
teacher=$1 out=$2
shift 2

# The network's endpoints, and the tensors of the teacher's graph that lie at the same places.
hints="--hint Conv2d_1_depthwise=/PRelu_1_output_0"
number=0
for tensor in Conv_4 Add Add_1 Add_2 Add_3 Conv_19 Add_4 Add_5 Add_6 Add_7 Add_8 Add_9 Conv_40 Add_10 Add_11; do
    hints="$hints --hint expanded_conv_$number=/${tensor}_output_0"
    number=$((number + 1))
done
hints="$hints --hint Conv2d_2=/PRelu_32_output_0"

train() {
    # The hints are words on purpose.
    # shellcheck disable=SC2086
    python -m facenet_core train --data "$@" --backbone mobilefacenet --option momentum=0.97 --loss distill \
        --teacher "$teacher" $hints --optimizer adamw --warmup 100
}

train "$@" --out "$out/stretches" --hint-inputs teacher --batch 8 --learning-rate 2e-2 --steps 5000 --statistics 128
train "$@" --out "$out/whole" --start "$out/stretches" --batch 32 --learning-rate 2e-3 --steps 2119 --statistics 64 \
    --float16
