using Mien.Detection;

namespace Mien.Training;

/// <summary>
/// The loss of a face detector and its gradient, for the output of one picture. Scores learn the overlap of their own box with the face
/// (varifocal loss, Zhang et al. 2021, arXiv 2008.13367), boxes the generalised overlap (Rezatofighi et al. 2019, arXiv 1902.09630),
/// landmarks a smooth absolute error in shares of the face's side. Weights are taken as constants, as is the choice of cells.
/// </summary>
internal static class DetectionLoss
{
    private const float BoxWeight = 2, LandmarkWeight = 5;

    /// <summary>What background weighs, and how fast it fades once it is known. The paper's 0.75 and 2 left too many doubtful cells near 0.4.</summary>
    private const float BackgroundWeight = 1, BackgroundFocus = 1;

    /// <summary>Landmark errors below this share of the face's side count by their square.</summary>
    private const float SmoothError = 0.05f;

    /// <summary>What the loss of a picture adds up to, before it is divided by the positive cells of the batch.</summary>
    /// <param name="Loss">The sum over its cells.</param>
    /// <param name="Positives">Cells that answer for a face, by weight.</param>
    /// <param name="Overlap">The sum over them of the overlap of their box with the face.</param>
    public readonly record struct Sums(double Loss, double Positives, double Overlap);

    /// <summary>Adds up the loss and writes its gradient.</summary>
    /// <param name="outputs">The network's output: <see cref="FaceCells.Values"/> rows of a number for each cell.</param>
    /// <param name="cells">Where the cells lie.</param>
    /// <param name="faces">The faces of the picture.</param>
    /// <param name="gradient">Is filled with the derivative of the sum by each output.</param>
    public static Sums Add(ReadOnlySpan<float> outputs, ReadOnlySpan<Cell> cells, IReadOnlyList<TargetFace> faces, Span<float> gradient)
    {
        int count = cells.Length;
        var boxes = new Box[count];
        Span<float> values = stackalloc float[FaceCells.BoxValues];
        for (int i = 0; i < count; i++)
        {
            for (int value = 0; value < values.Length; value++)
                values[value] = outputs[((1 + value) * count) + i];
            boxes[i] = FaceCells.BoxOf(values, cells[i].X, cells[i].Y, cells[i].Stride);
        }
        int[] assigned = CellAssignment.Assign(outputs[..count], boxes, cells, faces);
        gradient.Clear();
        double loss = 0, positives = 0, overlaps = 0;
        for (int i = 0; i < count; i++)
        {
            float logit = outputs[i], probability = 1 / (1 + MathF.Exp(-logit));
            if (assigned[i] == CellAssignment.None)
            {
                if (Undecided(cells[i], faces))
                    continue;
                float weight = BackgroundWeight * MathF.Pow(probability, BackgroundFocus);
                loss += weight * CellAssignment.Softplus(logit);
                gradient[i] = weight * probability;
                continue;
            }
            TargetFace face = faces[assigned[i]];
            float overlap = face.Box.IntersectionOverUnion(boxes[i]);
            // A cell that answers for a face is never told that there is none, however bad its box still is.
            float target = MathF.Max(overlap, 0.1f);
            loss += face.Weight * target * (CellAssignment.Softplus(logit) - (target * logit));
            gradient[i] = face.Weight * target * (probability - target);
            loss += face.Weight * BoxWeight * AddBox(boxes[i], face.Box, cells[i].Stride, face.Weight * BoxWeight, gradient, count, i);
            if (face.Landmarks is { } landmarks)
                loss += AddLandmarks(outputs, cells[i], face, landmarks, gradient, count, i);
            positives += face.Weight;
            overlaps += face.Weight * overlap;
        }
        return new(loss, positives, overlaps);
    }

    /// <summary>Whether a cell lies in a face of which nobody is sure.</summary>
    private static bool Undecided(Cell cell, IReadOnlyList<TargetFace> faces)
    {
        foreach (TargetFace face in faces)
        {
            if (face.Weight <= 0 && cell.X > face.Box.X && cell.X < face.Box.Right && cell.Y > face.Box.Y && cell.Y < face.Box.Bottom)
                return true;
        }
        return false;
    }

    /// <summary>1 - generalised overlap, and its derivative by the four numbers of the box.</summary>
    private static float AddBox(Box box, Box goal, int stride, float weight, Span<float> gradient, int count, int cell)
    {
        float innerWidth = MathF.Min(box.Right, goal.Right) - MathF.Max(box.X, goal.X);
        float innerHeight = MathF.Min(box.Bottom, goal.Bottom) - MathF.Max(box.Y, goal.Y);
        bool meet = innerWidth > 0 && innerHeight > 0;
        float inner = meet ? innerWidth * innerHeight : 0;
        float union = box.Area + goal.Area - inner;
        float outerWidth = MathF.Max(box.Right, goal.Right) - MathF.Min(box.X, goal.X);
        float outerHeight = MathF.Max(box.Bottom, goal.Bottom) - MathF.Min(box.Y, goal.Y);
        float outer = outerWidth * outerHeight;

        // By each edge: what it adds to the inner and outer rectangle and to the box itself.
        float left = Edge(-(box.X > goal.X ? 1 : 0) * innerHeight, -(box.X < goal.X ? 1 : 0) * outerHeight, -box.Height);
        float right = Edge((box.Right < goal.Right ? 1 : 0) * innerHeight, (box.Right > goal.Right ? 1 : 0) * outerHeight, box.Height);
        float top = Edge(-(box.Y > goal.Y ? 1 : 0) * innerWidth, -(box.Y < goal.Y ? 1 : 0) * outerWidth, -box.Width);
        float bottom = Edge((box.Bottom < goal.Bottom ? 1 : 0) * innerWidth, (box.Bottom > goal.Bottom ? 1 : 0) * outerWidth, box.Width);
        gradient[(1 * count) + cell] = weight * (left + right) * stride;
        gradient[(2 * count) + cell] = weight * (top + bottom) * stride;
        gradient[(3 * count) + cell] = weight * (right - left) * box.Width / 2;
        gradient[(4 * count) + cell] = weight * (bottom - top) * box.Height / 2;
        return 2 - (inner / union) - (union / outer);

        float Edge(float byInner, float byOuter, float byArea)
        {
            byInner = meet ? byInner : 0;
            float byUnion = byArea - byInner;
            return -(((byInner * union) - (inner * byUnion)) / (union * union)) - (((byUnion * outer) - (union * byOuter)) / (outer * outer));
        }
    }

    private static double AddLandmarks(ReadOnlySpan<float> outputs, Cell cell, TargetFace face, FaceLandmarks landmarks, Span<float> gradient, int count, int index)
    {
        ReadOnlySpan<Landmark> points = [landmarks.LeftEye, landmarks.RightEye, landmarks.Nose, landmarks.LeftMouth, landmarks.RightMouth];
        float side = (face.Box.Width + face.Box.Height) / 2, weight = face.Weight * LandmarkWeight / FaceCells.LandmarkValues;
        double loss = 0;
        for (int value = 0; value < FaceCells.LandmarkValues; value++)
        {
            int place = ((1 + FaceCells.BoxValues + value) * count) + index;
            Landmark point = points[value / 2];
            float goal = value % 2 == 0 ? point.X - cell.X : point.Y - cell.Y;
            float error = ((outputs[place] * cell.Stride) - goal) / side;
            bool small = MathF.Abs(error) < SmoothError;
            loss += weight * (small ? error * error / (2 * SmoothError) : MathF.Abs(error) - (SmoothError / 2));
            gradient[place] = weight * (small ? error / SmoothError : MathF.Sign(error)) * cell.Stride / side;
        }
        return loss;
    }
}
