using Mien.Detection;

namespace Mien.Training;

/// <summary>
/// Chooses which cells answer for which face, by what the network says so far: SimOTA (Ge et al. 2021, arXiv 2107.08430, section 2.3).
/// A face gets about as many cells as there are good boxes for it, those of the least loss.
/// </summary>
internal static class CellAssignment
{
    /// <summary>How many of the best boxes say how many cells a face gets.</summary>
    private const int BoxesThatCount = 10;

    /// <summary>Cells whose centre is that many cells or less from the face's centre are preferred.</summary>
    private const float CenterRadius = 2.5f;

    private const float OverlapWeight = 3;

    /// <summary>Added to the cost of a cell that lies not well in the face; larger than any loss.</summary>
    private const float OffCenter = 1e5f;

    /// <summary>Cells without a face.</summary>
    public const int None = -1;

    /// <summary>For each cell the face that it answers for, or <see cref="None"/>.</summary>
    /// <param name="scores">The logits of the cells' scores.</param>
    /// <param name="boxes">The boxes that the cells give.</param>
    /// <param name="cells">Where the cells lie.</param>
    /// <param name="faces">The faces; those of weight 0 get no cells.</param>
    public static int[] Assign(ReadOnlySpan<float> scores, ReadOnlySpan<Box> boxes, ReadOnlySpan<Cell> cells, IReadOnlyList<TargetFace> faces)
    {
        var assigned = new int[cells.Length];
        Array.Fill(assigned, None);
        var leastCost = new float[cells.Length];
        Array.Fill(leastCost, float.PositiveInfinity);
        var candidates = new List<(int Cell, float Cost)>();
        var overlaps = new List<float>();
        for (int face = 0; face < faces.Count; face++)
        {
            if (faces[face].Weight <= 0)
                continue;
            Box box = faces[face].Box;
            float centerX = box.X + (box.Width / 2), centerY = box.Y + (box.Height / 2);
            candidates.Clear();
            overlaps.Clear();
            for (int i = 0; i < cells.Length; i++)
            {
                Cell cell = cells[i];
                bool inBox = cell.X > box.X && cell.X < box.Right && cell.Y > box.Y && cell.Y < box.Bottom;
                float radius = CenterRadius * cell.Stride;
                bool nearCenter = MathF.Abs(cell.X - centerX) < radius && MathF.Abs(cell.Y - centerY) < radius;
                if (!inBox && !nearCenter)
                    continue;
                float overlap = box.IntersectionOverUnion(boxes[i]);
                overlaps.Add(overlap);
                float cost = Softplus(-scores[i]) - (OverlapWeight * MathF.Log(overlap + 1e-8f)) + (inBox && nearCenter ? 0 : OffCenter);
                candidates.Add((i, cost));
            }
            overlaps.Sort();
            int count = Math.Clamp((int)overlaps.TakeLast(BoxesThatCount).Sum(), 1, BoxesThatCount);
            candidates.Sort((a, b) => a.Cost.CompareTo(b.Cost));
            foreach ((int cell, float cost) in candidates.Take(count))
            {
                if (cost < leastCost[cell])
                    (assigned[cell], leastCost[cell]) = (face, cost);
            }
        }
        return assigned;
    }

    /// <summary>log(1 + exp(x)).</summary>
    public static float Softplus(float x) => MathF.Max(x, 0) + MathF.Log(1 + MathF.Exp(-MathF.Abs(x)));
}

/// <summary>A cell of the detector's grids.</summary>
/// <param name="X">Its centre, in pixels of the input.</param>
/// <param name="Y">Its centre, in pixels of the input.</param>
/// <param name="Stride">Its side in pixels.</param>
internal readonly record struct Cell(float X, float Y, int Stride)
{
    /// <summary>All cells over an input, in the order of <see cref="FaceCells"/>.</summary>
    public static Cell[] Over(int width, int height)
    {
        var cells = new List<Cell>(FaceCells.Count(width, height));
        foreach (int stride in FaceCells.Strides)
        {
            for (int row = 0; row < height / stride; row++)
            {
                for (int column = 0; column < width / stride; column++)
                    cells.Add(new((column + 0.5f) * stride, (row + 0.5f) * stride, stride));
            }
        }
        return [.. cells];
    }
}
