using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// Features of several resolutions, each told what the coarser ones see (Lin et al. 2017, arXiv 1612.03144), one vector a cell:
/// (N, channels, 1, cells), the finest level first, each level row by row.
/// </summary>
public sealed class FeaturePyramid : Layer
{
    private readonly Layer[] _levels;
    private readonly Layer[] _lateral;
    private readonly Layer[] _towers;
    private readonly int _channels;

    /// <summary>Joins the levels.</summary>
    /// <param name="levels">From the input to the finest level, and from each level to the next, which halves the size; with the channels of each.</param>
    /// <param name="channels">Channels of each cell's vector.</param>
    /// <param name="depth">Separable blocks on each level after it was told.</param>
    internal FeaturePyramid(IReadOnlyList<(Layer Layer, int Channels)> levels, int channels, int depth) : base(nameof(FeaturePyramid))
    {
        _channels = channels;
        _levels = Register("level", [.. levels.Select(level => level.Layer)]);
        _lateral = Register("lateral", [.. levels.Select(level => new ConvNorm(level.Channels, channels, 1))]);
        _towers = Register("tower", [.. levels.Select(_ => new Sequential(Enumerable.Range(0, depth).Select(_ => new SeparableBlock(channels, channels))))]);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var levels = new Tensor[_levels.Length];
        for (int i = 0; i < levels.Length; i++)
            levels[i] = _levels[i].call(i == 0 ? input : levels[i - 1]);
        var cells = new Tensor[levels.Length];
        Tensor? coarser = null;
        for (int i = levels.Length - 1; i >= 0; i--)
        {
            Tensor level = _lateral[i].call(levels[i]).relu_();
            if (coarser is not null)
                level += nn.functional.interpolate(coarser, [level.shape[2], level.shape[3]]);
            coarser = level;
            cells[i] = _towers[i].call(level).reshape(input.shape[0], _channels, 1, -1);
        }
        return scope.MoveToOuter(cat(cells, 3));
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

    private Layer[] Register(string name, Layer[] parts)
    {
        foreach ((int i, Layer part) in parts.Index())
            register_module($"{name}{i + 1}", part);
        return parts;
    }
}
