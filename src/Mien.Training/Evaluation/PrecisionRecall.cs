namespace Mien.Training;

/// <summary>Figures from the detections of all photos and the number of faces that there were to find.</summary>
internal static class PrecisionRecall
{
    private const int RecallSteps = 100;

    /// <summary>COCO's average precision: the mean, over the recalls 0, 0.01 to 1, of the best precision at that recall or above; 0 without any face.</summary>
    public static double AveragePrecision(IEnumerable<MatchedDetection> detections, int faces)
    {
        if (faces == 0)
            return 0;
        MatchedDetection[] ordered = [.. detections.Where(detection => !detection.IsIgnored).OrderByDescending(detection => detection.Confidence)];
        var precision = new double[ordered.Length];
        var found = new int[ordered.Length];
        for (int i = 0, right = 0; i < ordered.Length; i++)
        {
            right += ordered[i].Face is null ? 0 : 1;
            (found[i], precision[i]) = (right, (double)right / (i + 1));
        }
        for (int i = ordered.Length - 2; i >= 0; i--)
            precision[i] = Math.Max(precision[i], precision[i + 1]);
        double sum = 0;
        for (int step = 0, i = 0; step <= RecallSteps; step++)
        {
            // In whole numbers, so that a recall of exactly 0.07 reaches the step at 0.07.
            while (i < ordered.Length && (long)found[i] * RecallSteps < (long)step * faces)
                i++;
            sum += i < ordered.Length ? precision[i] : 0;
        }
        return sum / (RecallSteps + 1);
    }

    /// <summary>The recall at the least confidence that gives no more than so many false detections; 0 without any face.</summary>
    public static double RecallAt(IEnumerable<MatchedDetection> detections, int faces, double mostFalse)
    {
        int right = 0, wrong = 0;
        // Detections of one confidence stand or fall together: no threshold tells them apart.
        foreach (IGrouping<float, MatchedDetection> equal in detections.Where(detection => !detection.IsIgnored).GroupBy(detection => detection.Confidence).OrderByDescending(group => group.Key))
        {
            wrong += equal.Count(detection => detection.Face is null);
            if (wrong > mostFalse)
                break;
            right += equal.Count(detection => detection.Face is not null);
        }
        return faces == 0 ? 0 : (double)right / faces;
    }
}
