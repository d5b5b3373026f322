"""Prints the boxes that OpenCV's own Python binding finds, for HaarFaceDetectorTests.

    python3 haar_reference.py CASCADE FOLDER PHOTO... > haar-reference.json
"""
import json
import sys

import cv2

PARAMETERS = {"scaleFactor": 1.1, "minimumNeighbors": 5, "minimumSize": 30}

cascade = cv2.CascadeClassifier(sys.argv[1])
photos = {}
for name in sys.argv[3:]:
    gray = cv2.cvtColor(cv2.imread(f"{sys.argv[2]}/{name}"), cv2.COLOR_BGR2GRAY)
    found = cascade.detectMultiScale(gray, PARAMETERS["scaleFactor"], PARAMETERS["minimumNeighbors"],
                                     minSize=(PARAMETERS["minimumSize"],) * 2)
    photos[name] = sorted([int(v) for v in box] for box in found)

rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(boxes)}" for name, boxes in photos.items())
print(f'{{\n  "opencv": "{cv2.__version__}",\n  "parameters": {json.dumps(PARAMETERS)},\n  "photos": {{\n{rows}\n  }}\n}}')
