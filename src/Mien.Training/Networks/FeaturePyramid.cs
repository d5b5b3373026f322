using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>
/// Features of several resolutions, each told what the coarser ones see (Lin et al. 2017, arXiv 1612.03144), one vector a cell:
/// (N, channels, 1, cells), the finest level first, each level row by row.
/// </summary>
public sealed class FeaturePyramid : Module
{
    private readonly Module[] _levels;
    private readonly ConvNorm[] _lateral;
    private readonly Module[] _towers;
    private readonly int _channels;

    /// <summary>Joins the levels.</summary>
    /// <param name="levels">From the input to the finest level, and from each level to the next, which halves the size; with the channels of each.</param>
    /// <param name="channels">Channels of each cell's vector.</param>
    /// <param name="depth">Separable blocks on each level after it was told.</param>
    internal FeaturePyramid(IReadOnlyList<(Module Module, int Channels)> levels, int channels, int depth)
    {
        _channels = channels;
        _levels = [.. levels.Select((level, i) => Child($"level{i + 1}", level.Module))];
        _lateral = [.. levels.Select((level, i) => Child($"lateral{i + 1}", new ConvNorm(level.Channels, channels, 1)))];
        _towers = [.. levels.Select((_, i) => Child($"tower{i + 1}",
            new Sequential(Enumerable.Range(0, depth).Select(_ => new SeparableBlock(channels, channels)))))];
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = new TensorScope();
        var levels = new Tensor[_levels.Length];
        for (int i = 0; i < levels.Length; i++)
            levels[i] = _levels[i].Forward(i == 0 ? input : levels[i - 1]);
        var cells = new Tensor[levels.Length];
        Tensor? coarser = null;
        for (int i = levels.Length - 1; i >= 0; i--)
        {
            Tensor level = _lateral[i].Forward(levels[i]).ReluInPlace();
            if (coarser is not null)
                level += coarser.Interpolate((int)level.Shape[2], (int)level.Shape[3], Interpolation.Nearest);
            coarser = level;
            cells[i] = _towers[i].Forward(level).Reshape(input.Shape[0], _channels, 1, -1);
        }
        return scope.Keep(Tensor.Cat(cells, 3));
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds)
    {
        int cells = 0;
        for (int i = 0; i < _levels.Length; i++)
        {
            input = _levels[i].Describe(input, ref multiplyAdds);
            FeatureShape level = _towers[i].Describe(_lateral[i].Describe(input, ref multiplyAdds), ref multiplyAdds);
            cells += level.Height * level.Width;
        }
        return new FeatureShape(_channels, 1, cells);
    }

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var levels = new string[_levels.Length];
        for (int i = 0; i < levels.Length; i++)
            levels[i] = _levels[i].Export(graph, i == 0 ? input : levels[i - 1]);
        var cells = new string[levels.Length];
        string? coarser = null;
        for (int i = levels.Length - 1; i >= 0; i--)
        {
            string level = graph.Add("Relu", [_lateral[i].Export(graph, levels[i])]);
            if (coarser is not null)
                level = graph.Add("Add", [level, graph.Add("Resize", [coarser, "", graph.Constant([1f, 1f, 2f, 2f], 4)],
                    new OnnxArgument("mode", "nearest"), new OnnxArgument("coordinate_transformation_mode", "asymmetric"), new OnnxArgument("nearest_mode", "floor"))]);
            coarser = level;
            cells[i] = graph.Add("Reshape", [_towers[i].Export(graph, level), graph.Constant([0, _channels, 1, -1], 4)]);
        }
        return graph.Add("Concat", cells, new OnnxArgument("axis", 3));
    }
}
