using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>Modules one after the other.</summary>
public sealed class Sequential : Module
{
    private readonly List<Module> _modules = [];

    /// <summary>Modules that are named by their position: <c>0</c>, <c>1</c>, ...</summary>
    public Sequential(params IEnumerable<Module> modules)
    {
        foreach (Module module in modules)
            _modules.Add(Child($"{_modules.Count}", module));
    }

    /// <summary>Modules with names.</summary>
    public Sequential(params IEnumerable<(string Name, Module Module)> modules)
    {
        foreach ((string name, Module module) in modules)
            _modules.Add(Child(name, module));
    }

    /// <inheritdoc/>
    /// <remarks>Handles between two modules are freed at once; what the gradient needs, libtorch keeps.</remarks>
    public override Tensor Forward(Tensor input)
    {
        Tensor current = input;
        foreach (Module module in _modules)
        {
            Tensor next = module.Forward(current);
            if (!ReferenceEquals(next, current) && !ReferenceEquals(current, input))
                current.Dispose();
            current = next;
        }
        return current;
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds)
    {
        foreach (Module module in _modules)
            input = module.Describe(input, ref multiplyAdds);
        return input;
    }

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input) => _modules.Aggregate(input, (value, module) => module.Export(graph, value));
}
