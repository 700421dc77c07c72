#!/bin/sh
# Trains a detector of the YuNet design by one that libfacedetection.train exported.
#
#   sh yunet.sh TEACHER.onnx OUT FACES EMPTY UNLIKE
#
# FACES and EMPTY are folders of pictures that show faces and none, UNLIKE one of pictures to keep out of training, as
# those of an evaluation. Leaves OUT/sure/detector.onnx. About an hour on two cores.
#
# 1. Stretches: each part of the network learns on the teacher's maps, in small batches, to find what it finds.
# 2. The whole network, which is told where there is no face: its teacher sees faces in every fourth dog.
# 3. The same with more of these. The mean of the weights before and after is kept.
set -eu
[ $# -eq 5 ] || { sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//'; exit 2; }
teacher=$1 out=$2 faces=$3 empty=$4 unlike=$5

hints=""
for pair in stage_0=215 stage_1=224 stage_2=232 stage_3=241 stage_4=250 stage_5=259 neck_32=263 neck_16=273 neck_8=283 \
    head_8=287 head_16=291 head_32=295; do
    hints="$hints --hint $pair"
done

train() {
    # The hints are words on purpose.
    # shellcheck disable=SC2086
    python -m facenet_core train-detector --data "$faces" --empty "$empty" --unlike "$unlike" --teacher "$teacher" $hints "$@"
}

train --out "$out/stretches" --stretches --batch 8 --learning-rate 2e-2 --steps 7400
# Briefly: longer runs fit the scenes better, and photos worse.
train --out "$out/whole" --start "$out/stretches/weights.npz" --batch 16 --learning-rate 1e-3 --steps 300 --keep-statistics \
    --empty-share 0.25
train --out "$out/sure" --start "$out/whole/weights.npz" --batch 16 --learning-rate 2e-3 --steps 600 --keep-statistics \
    --empty-share 0.35 --start-share 0.5
