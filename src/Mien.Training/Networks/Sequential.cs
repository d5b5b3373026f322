using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Layers one after the other.</summary>
public sealed class Sequential : Layer
{
    private readonly List<Layer> _layers = [];

    /// <summary>Joins layers that are named by their position: <c>0</c>, <c>1</c>, ...</summary>
    public Sequential(params IEnumerable<Layer> layers) : this(layers.Select((layer, i) => ($"{i}", layer)))
    {
    }

    /// <summary>Joins layers by name; an empty name makes the parts of a layer parts of this one, under their own names.</summary>
    public Sequential(params IEnumerable<(string Name, Layer Layer)> layers) : base(nameof(Sequential))
    {
        ArgumentNullException.ThrowIfNull(layers);
        foreach ((string name, Layer layer) in layers)
        {
            if (name.Length == 0)
                Merge(layer);
            else
                register_module(name, layer);
            _layers.Add(layer);
        }
    }

    /// <inheritdoc/>
    /// <remarks>What lies between two layers is freed at once; what the gradient needs, libtorch keeps.</remarks>
    public override Tensor forward(Tensor input)
    {
        Tensor current = input;
        foreach (Layer layer in _layers)
        {
            Tensor next = layer.call(current);
            if (!ReferenceEquals(next, current) && !ReferenceEquals(current, input))
                current.Dispose();
            current = next;
        }
        return current;
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds)
    {
        foreach (Layer layer in _layers)
            input = layer.Describe(input, ref multiplyAdds);
        return input;
    }

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input) => _layers.Aggregate(input, (value, layer) => layer.Export(graph, value));
}
