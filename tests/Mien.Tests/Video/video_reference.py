"""Prints what ffprobe and ffmpeg say of videos, for SharedVideoTests.

    python3 video_reference.py FOLDER VIDEO... > video-reference.json
"""
import json
import subprocess
import sys


def run(*command):
    return subprocess.run(command, check=True, capture_output=True).stdout


videos = {}
for name in sys.argv[2:]:
    path = f"{sys.argv[1]}/{name}"
    found = json.loads(run("ffprobe", "-v", "error", "-select_streams", "v", "-of", "json",
                           "-show_entries", "stream=width,height:format=start_time:frame=best_effort_timestamp_time", path))
    start = max(0, float(found["format"]["start_time"]))
    times = [round((float(frame["best_effort_timestamp_time"]) - start) * 1000, 1) for frame in found["frames"]]
    size = [found["streams"][0]["width"], found["streams"][0]["height"]]
    middle = len(times) // 2
    pixels = run("ffmpeg", "-v", "error", "-i", path, "-vf", f"select=eq(n\\,{middle})", "-fps_mode", "passthrough",
                 "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    mean = [round(sum(pixels[channel::3]) / (len(pixels) / 3), 1) for channel in range(3)]
    videos[name] = {"size": size, "middle": mean, "times": times}

rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(video)}" for name, video in videos.items())
version = run("ffprobe", "-version").decode().split()[2]
print(f'{{\n  "ffmpeg": "{version}",\n  "videos": {{\n{rows}\n  }}\n}}')
