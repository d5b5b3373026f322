namespace Mien.Detection;

/// <summary>
/// How Mien's own detector describes faces: each cell of three grids, of 8, 16 and 32 pixels, the finest first and row by row, has a
/// score, a box and five landmarks, in units of the cell and seen from its centre.
/// </summary>
internal static class FaceCells
{
    /// <summary>Numbers of a box: how far its centre lies to the right and below, and the logarithms of width and height.</summary>
    public const int BoxValues = 4;

    /// <summary>Numbers of the landmarks: how far each lies to the right and below.</summary>
    public const int LandmarkValues = 10;

    /// <summary>All numbers of a cell, the score first.</summary>
    public const int Values = 1 + BoxValues + LandmarkValues;

    /// <summary>The largest box that is read, as a logarithm: exp of more says nothing of a face in a picture.</summary>
    private const float MostLogSide = 6;

    /// <summary>Sides of the cells in pixels.</summary>
    public static ReadOnlySpan<int> Strides => [8, 16, 32];

    /// <summary>The number of cells over an input whose sides are multiples of the largest cell.</summary>
    public static int Count(int width, int height)
    {
        int cells = 0;
        foreach (int stride in Strides)
            cells += width / stride * (height / stride);
        return cells;
    }

    /// <summary>The faces of the cells that are sure enough, overlapping ones included.</summary>
    /// <param name="scores">A probability for each cell.</param>
    /// <param name="boxes">Four numbers for each cell.</param>
    /// <param name="landmarks">Ten numbers for each cell.</param>
    /// <param name="width">Width of the input in pixels.</param>
    /// <param name="height">Height of the input in pixels.</param>
    /// <param name="minimumConfidence">Cells with a lower score are left out.</param>
    /// <param name="faces">Takes the faces, in pixels of the input.</param>
    public static void Decode(ReadOnlySpan<float> scores, ReadOnlySpan<float> boxes, ReadOnlySpan<float> landmarks, int width, int height, float minimumConfidence, List<DetectedFace> faces)
    {
        int first = 0;
        foreach (int stride in Strides)
        {
            int columns = width / stride, cells = columns * (height / stride);
            for (int cell = 0; cell < cells; cell++)
            {
                float score = scores[first + cell];
                if (!(score >= minimumConfidence))
                    continue;
                float x = ((cell % columns) + 0.5f) * stride, y = ((cell / columns) + 0.5f) * stride;
                Box box = BoxOf(boxes.Slice((first + cell) * BoxValues, BoxValues), x, y, stride);
                faces.Add(new(box, Math.Min(score, 1), LandmarksOf(landmarks.Slice((first + cell) * LandmarkValues, LandmarkValues), x, y, stride)));
            }
            first += cells;
        }
    }

    /// <summary>The box of a cell whose centre is at (x, y).</summary>
    public static Box BoxOf(ReadOnlySpan<float> values, float x, float y, int stride)
    {
        float width = MathF.Exp(MathF.Min(values[2], MostLogSide)) * stride, height = MathF.Exp(MathF.Min(values[3], MostLogSide)) * stride;
        return new(x + (values[0] * stride) - (width / 2), y + (values[1] * stride) - (height / 2), width, height);
    }

    private static FaceLandmarks LandmarksOf(ReadOnlySpan<float> values, float x, float y, int stride)
    {
        return new(Point(values, 0), Point(values, 1), Point(values, 2), Point(values, 3), Point(values, 4));

        Landmark Point(ReadOnlySpan<float> values, int index) => new(x + (values[2 * index] * stride), y + (values[(2 * index) + 1] * stride));
    }
}
