"""Makes up detections and judges them as pycocotools' COCOeval does, for DetectionReportTests.

    python3 detection_reference.py > detection-reference.json

A transcript of evaluateImg and accumulate of https://github.com/cocodataset/cocoapi (PythonAPI/pycocotools/cocoeval.py) in plain
Python, with height in the place of area and without the limit of 100 detections.
"""
import bisect
import json
import random

THRESHOLDS = [(50 + 5 * i) / 100 for i in range(10)]
RECALLS = [i / 100 for i in range(101)]
CATEGORIES = ["face", "face, masked", "face, mask worn badly"]


def overlap(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0
    return width * height / (a[2] * a[3] + b[2] * b[3] - width * height)


def evaluate_image(photo, threshold, ignores_truth, ignores_detection):
    truth = sorted(photo["faces"], key=ignores_truth)
    ignored_truth = [ignores_truth(face) for face in truth]
    matched = [False] * len(truth)
    rows = []
    for detection in sorted(photo["detections"], key=lambda d: -d[4]):
        best, at = min(threshold, 1 - 1e-10), -1
        for i, face in enumerate(truth):
            if matched[i]:
                continue
            if at > -1 and not ignored_truth[at] and ignored_truth[i]:
                break
            iou = overlap(detection, face)
            if iou < best:
                continue
            best, at = iou, i
        if at > -1:
            matched[at] = True
        rows.append((detection[4], at > -1, ignored_truth[at] if at > -1 else ignores_detection(detection)))
    return rows, ignored_truth.count(False)


def average_precision(photos, threshold, ignores_truth, ignores_detection):
    rows, positives = [], 0
    for photo in photos:
        found, count = evaluate_image(photo, threshold, ignores_truth, ignores_detection)
        rows += found
        positives += count
    true = false = 0
    recall, precision = [], []
    for _, matched, ignored in sorted(rows, key=lambda row: -row[0]):
        if not ignored:
            true, false = true + matched, false + (not matched)
        recall.append(true / positives)
        precision.append(true / (true + false + 2.220446049250313e-16))
    for i in range(len(precision) - 1, 0, -1):
        precision[i - 1] = max(precision[i - 1], precision[i])
    places = [bisect.bisect_left(recall, step) for step in RECALLS]
    return sum(precision[i] if i < len(precision) else 0 for i in places) / len(RECALLS), positives


def figures(photos, ignores_truth=lambda face: False, ignores_detection=lambda detection: False):
    values = [average_precision(photos, threshold, ignores_truth, ignores_detection) for threshold in THRESHOLDS]
    return {"faces": values[0][1], "ap50": values[0][0], "ap": sum(value for value, _ in values) / len(values)}


def of_height(photos, is_in):
    return figures(photos, lambda face: not is_in(face[3]), lambda detection: not is_in(detection[3]))


def made_up(rng):
    photos = []
    for _ in range(25):
        faces, detections = [], []
        for _ in range(rng.randint(0, 7)):
            side = rng.choice([rng.randint(8, 19), rng.randint(18, 42), rng.randint(40, 150)])
            faces.append([rng.randint(0, 400), rng.randint(0, 300), side, round(side * rng.uniform(0.9, 1.4)), rng.choice(CATEGORIES)])
        for x, y, width, height, _ in faces:
            for _ in range(rng.choice([0, 1, 1, 1, 2])):
                shift = rng.uniform(0, 0.35)
                detections.append([x + round(rng.uniform(-shift, shift) * width), y + round(rng.uniform(-shift, shift) * height),
                                   max(4, round(width * (1 + rng.uniform(-shift, shift)))), max(4, round(height * (1 + rng.uniform(-shift, shift)))),
                                   rng.randint(150, 1000) / 1000])
        for _ in range(rng.randint(0, 3)):
            side = rng.randint(8, 90)
            detections.append([rng.randint(0, 400), rng.randint(0, 300), side, side, rng.randint(20, 800) / 1000])
        photos.append({"faces": faces, "detections": detections})
    return photos


photos = made_up(random.Random(4))
masked = lambda face: "mask" in face[4]
expected = {
    "all": figures(photos),
    "under20": of_height(photos, lambda height: height < 20),
    "from20To40": of_height(photos, lambda height: 20 <= height <= 40),
    "above40": of_height(photos, lambda height: height > 40),
    "masked": figures(photos, lambda face: not masked(face)),
    "unmasked": figures(photos, masked),
}
rows = ",\n".join("    " + json.dumps(photo) for photo in photos)
print(f'{{\n  "photos": [\n{rows}\n  ],\n  "expected": {json.dumps(expected)}\n}}')
