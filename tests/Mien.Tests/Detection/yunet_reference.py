"""Prints the faces that OpenCV's own network engine finds with YuNet, for OnnxFaceDetectorTests.

    python3 yunet_reference.py MODEL FOLDER PHOTO...

Each photo is fitted into the upper left corner of a 640 x 640 picture, which is written to FOLDER as raw RGB, so that
both sides see the same pixels. The decoding is that of OpenCV 4.8's FaceDetectorYN, which OpenCV 4.6 does not have yet.
"""
import json
import sys

import cv2
import numpy

SIDE, CONFIDENCE, OVERLAP = 640, 0.7, 0.3

network = cv2.dnn.readNetFromONNX(sys.argv[1])
names = [f"{kind}_{stride}" for stride in (8, 16, 32) for kind in ("cls", "obj", "bbox", "kps")]
photos = []
for number, name in enumerate(sys.argv[3:]):
    photo = cv2.imread(name)
    scale = SIDE / max(photo.shape[:2])
    photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    canvas = numpy.zeros((SIDE, SIDE, 3), numpy.uint8)
    canvas[:photo.shape[0], :photo.shape[1]] = photo
    canvas[..., ::-1].tofile(f"{sys.argv[2]}/{number}.raw")

    network.setInput(cv2.dnn.blobFromImage(canvas))
    outputs = dict(zip(names, network.forward(names)))
    boxes, scores, landmarks = [], [], []
    for stride in (8, 16, 32):
        columns = SIDE // stride
        confidence = numpy.sqrt(numpy.clip(outputs[f"cls_{stride}"], 0, 1) * numpy.clip(outputs[f"obj_{stride}"], 0, 1)).ravel()
        for cell in numpy.flatnonzero(confidence >= CONFIDENCE):
            corner = numpy.array([cell % columns, cell // columns])
            box = outputs[f"bbox_{stride}"].reshape(-1, 4)[cell]
            size = numpy.exp(box[2:]) * stride
            boxes.append([*((corner + box[:2]) * stride - size / 2), *size])
            landmarks.append(((outputs[f"kps_{stride}"].reshape(-1, 5, 2)[cell] + corner) * stride).ravel())
            scores.append(float(confidence[cell]))
    kept = cv2.dnn.NMSBoxes([[float(v) for v in box] for box in boxes], scores, CONFIDENCE, OVERLAP) if boxes else []
    photos.append([[scores[i], *map(float, boxes[i]), *map(float, landmarks[i])] for i in numpy.ravel(kept).astype(int)])
print(json.dumps(photos))
