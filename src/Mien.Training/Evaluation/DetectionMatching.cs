namespace Mien.Training;

/// <summary>What came of a detection.</summary>
/// <param name="Confidence">How sure the detector was.</param>
/// <param name="Face">The marked face that it found, as an index; null if it found none.</param>
/// <param name="IsIgnored">Whether it counts neither as right nor as wrong.</param>
internal readonly record struct MatchedDetection(float Confidence, int? Face, bool IsIgnored);

/// <summary>
/// Assigns detections to the marked faces of a photo as COCO does: from the most confident on, each to the face that it overlaps
/// most and that is still free (https://github.com/cocodataset/cocoapi/blob/master/PythonAPI/pycocotools/cocoeval.py, evaluateImg).
/// </summary>
internal static class DetectionMatching
{
    /// <summary>The detections of a photo, the most confident first.</summary>
    /// <param name="photo">The detections and the marked faces.</param>
    /// <param name="threshold">The least intersection over union of a detection and the face that it found.</param>
    /// <param name="counts">Which marked faces count; a detection of another one is ignored.</param>
    /// <param name="countsUnmatched">Which detections count as wrong if they find no face; the others are ignored.</param>
    public static IReadOnlyList<MatchedDetection> Match(PhotoDetections photo, float threshold, Func<AnnotatedFace, bool> counts, Func<Box, bool> countsUnmatched)
    {
        IReadOnlyList<AnnotatedFace> faces = photo.Photo.Faces;
        bool[] ignored = [.. faces.Select(face => !counts(face))];
        var taken = new bool[faces.Count];
        var matches = new List<MatchedDetection>(photo.Detections.Count);
        foreach (DetectedFace detection in photo.Detections.OrderByDescending(detection => detection.Confidence))
        {
            int? face = Best(detection.Box, faces, threshold, i => !taken[i] && !ignored[i]) ?? Best(detection.Box, faces, threshold, i => !taken[i] && ignored[i]);
            if (face is { } found)
                taken[found] = true;
            matches.Add(new(detection.Confidence, face, face is { } i ? ignored[i] : !countsUnmatched(detection.Box)));
        }
        return matches;
    }

    private static int? Best(Box box, IReadOnlyList<AnnotatedFace> faces, float threshold, Func<int, bool> allowed)
    {
        int? best = null;
        float most = threshold;
        for (int i = 0; i < faces.Count; i++)
        {
            // As in COCO, of two faces overlapped alike the later one is taken.
            if (allowed(i) && box.IntersectionOverUnion(faces[i].Box) is var overlap && overlap >= most)
                (best, most) = (i, overlap);
        }
        return best;
    }
}
