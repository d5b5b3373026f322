using Mien.Detection;

namespace Mien.Training.Tests.Detection;

public sealed class DetectionLossTests
{
    private const int Size = 64;

    private static readonly Cell[] Cells = Cell.Over(Size, Size);

    private static readonly FaceLandmarks Landmarks = new(new(22, 24), new(34, 24), new(28, 30), new(23, 37), new(33, 37));

    [Fact]
    public void The_gradient_is_that_of_the_loss()
    {
        float[] outputs = Outputs(seed: 1);
        TargetFace[] faces = [new(new Box(16, 16, 24, 28), Landmarks), new(new Box(45, 40, 10, 12), null, 0.7f)];
        var gradient = new float[outputs.Length];
        DetectionLoss.Add(outputs, Cells, faces, gradient);
        int[] learning = [.. Enumerable.Range(0, gradient.Length).Where(i => gradient[i] != 0 && i >= Cells.Length)];
        Assert.True(learning.Length >= 14, $"{learning.Length} numbers of boxes and landmarks learn");
        foreach (int i in learning)
        {
            // Scores weigh by the overlap, which is taken as a constant: what boxes and landmarks change is measured without them.
            const float step = 1e-3f;
            double slope = (Regression(outputs, faces, i, step) - Regression(outputs, faces, i, -step)) / (2 * step);
            Assert.Equal(slope, gradient[i], 0.02 + (0.02 * Math.Abs(slope)));
        }
    }

    [Fact]
    public void A_perfect_answer_costs_next_to_nothing_and_a_miss_or_a_false_face_costs()
    {
        TargetFace[] faces = [new(new Box(16, 16, 24, 24), null)];
        float[] perfect = Silent();
        int cell = Array.FindIndex(Cells, cell => cell is { Stride: 16, X: 24, Y: 24 });
        Write(perfect, cell, 9, (28 - 24) / 16f, (28 - 24) / 16f, MathF.Log(24 / 16f), MathF.Log(24 / 16f));
        double none = Loss(Silent(), faces), right = Loss(perfect, faces);
        float[] wrong = [.. perfect];
        wrong[Array.FindIndex(Cells, cell => cell is { Stride: 8, X: 4, Y: 60 })] = 5;
        Assert.InRange(right, 0, 0.05);
        Assert.True(none > right + 1, $"{none}");
        Assert.True(Loss(wrong, faces) > right + 1);
    }

    [Fact]
    public void Where_nobody_is_sure_of_a_face_neither_answer_is_wrong()
    {
        float[] outputs = Silent();
        outputs[Array.FindIndex(Cells, cell => cell is { Stride: 8, X: 20, Y: 20 })] = 5;
        Assert.InRange(Loss(outputs, [new(new Box(16, 16, 12, 12), null, Weight: 0)]), 0, 0.01);
        Assert.True(Loss(outputs, []) > 1);
    }

    [Fact]
    public void Scores_are_pushed_towards_the_overlap_of_their_box()
    {
        TargetFace[] faces = [new(new Box(16, 16, 24, 24), null)];
        int cell = Array.FindIndex(Cells, cell => cell is { Stride: 16, X: 24, Y: 24 });
        float[] outputs = Silent();
        Write(outputs, cell, 0, (28 - 24) / 16f, (28 - 24) / 16f, MathF.Log(24 / 16f), MathF.Log(24 / 16f));
        var gradient = new float[outputs.Length];
        DetectionLoss.Add(outputs, Cells, faces, gradient);
        Assert.True(gradient[cell] < 0, "a good box of low score should score higher");
    }

    [Fact]
    public void Every_face_gets_a_cell_within_it_and_no_cell_two_faces()
    {
        float[] outputs = Outputs(seed: 3);
        Box[] boxes = [.. Cells.Select(cell => new Box(cell.X - cell.Stride, cell.Y - cell.Stride, 2 * cell.Stride, 2 * cell.Stride))];
        TargetFace[] faces = [new(new Box(2, 2, 12, 12), null), new(new Box(10, 6, 14, 14), null), new(new Box(0, 0, 64, 64), null), new(new Box(40, 40, 9, 9), null)];
        int[] assigned = CellAssignment.Assign(outputs.AsSpan(0, Cells.Length), boxes, Cells, faces);
        for (int face = 0; face < faces.Length; face++)
        {
            Cell[] cells = [.. Cells.Where((_, i) => assigned[i] == face)];
            Assert.NotEmpty(cells);
            Assert.All(cells, cell => Assert.True(faces[face].Box is var box && cell.X >= box.X - cell.Stride && cell.X <= box.Right + cell.Stride));
        }
        Assert.Contains(CellAssignment.None, assigned);
    }

    private static double Loss(float[] outputs, TargetFace[] faces) => DetectionLoss.Add(outputs, Cells, faces, new float[outputs.Length]).Loss;

    /// <summary>The loss after one output was changed; the scores' share, which depends on the overlap too, is undone.</summary>
    private static double Regression(float[] outputs, TargetFace[] faces, int index, float step)
    {
        float[] changed = [.. outputs];
        changed[index] += step;
        var gradient = new float[outputs.Length];
        double loss = DetectionLoss.Add(changed, Cells, faces, gradient).Loss;
        for (int i = 0; i < Cells.Length; i++)
        {
            // The derivative of a score's loss is weight x (probability - target): a positive cell has weight x target = w t.
            float probability = 1 / (1 + MathF.Exp(-changed[i]));
            bool background = gradient[Cells.Length + i] == 0 && gradient[(3 * Cells.Length) + i] == 0;
            if (background)
                continue;
            int[] assigned = CellAssignment.Assign(changed.AsSpan(0, Cells.Length), Boxes(changed), Cells, faces);
            float weight = faces[assigned[i]].Weight, target = MathF.Max(0.1f, faces[assigned[i]].Box.IntersectionOverUnion(Boxes(changed)[i]));
            Assert.Equal(weight * target * (probability - target), gradient[i], 1e-4);
            loss -= weight * target * (CellAssignment.Softplus(changed[i]) - (target * changed[i]));
        }
        return loss;
    }

    private static Box[] Boxes(float[] outputs) => [.. Cells.Select((cell, i) =>
        FaceCells.BoxOf([.. Enumerable.Range(1, 4).Select(value => outputs[(value * Cells.Length) + i])], cell.X, cell.Y, cell.Stride))];

    private static float[] Silent()
    {
        var outputs = new float[FaceCells.Values * Cells.Length];
        Array.Fill(outputs, -8, 0, Cells.Length);
        // Boxes too small to be good ones for any face.
        Array.Fill(outputs, -3, 3 * Cells.Length, 2 * Cells.Length);
        return outputs;
    }

    private static void Write(float[] outputs, int cell, params float[] values)
    {
        for (int value = 0; value < values.Length; value++)
            outputs[(value * Cells.Length) + cell] = values[value];
    }

    private static float[] Outputs(int seed)
    {
        var random = new Random(seed);
        float[] outputs = new float[FaceCells.Values * Cells.Length];
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = (float)((random.NextDouble() - 0.5) * 1.2);
        return outputs;
    }
}
