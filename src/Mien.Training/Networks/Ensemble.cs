using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Several networks as one: the mean of their logits, if asked also over the mirrored face.</summary>
internal sealed class Ensemble : Layer
{
    private readonly IReadOnlyList<Network> _members;
    private readonly bool _mirror;

    private Ensemble(IReadOnlyList<Network> members, bool mirror) : base(nameof(Ensemble))
    {
        (_members, _mirror) = (members, mirror);
        foreach ((int i, Network member) in members.Index())
            register_module($"member{i + 1}", member);
    }

    /// <summary>Joins networks into one, which then owns them.</summary>
    /// <param name="members">At least one; all with the same input and the same classes.</param>
    /// <param name="mirror">Whether each sees the face and its mirror image.</param>
    /// <exception cref="MienException">The networks do not fit together.</exception>
    public static Network Join(IReadOnlyList<Network> members, bool mirror)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentOutOfRangeException.ThrowIfZero(members.Count, nameof(members));
        Network first = members[0];
        if (members.FirstOrDefault(member => member.Input != first.Input || member.Classes != first.Classes || member.Emotions != first.Emotions) is { } other)
        {
            throw new MienException($"An ensemble needs networks with the same input and classes: \"{first.Spec.Name}\" sees {first.Input} and tells apart {first.Classes} + {first.Emotions}, "
                + $"\"{other.Spec.Name}\" {other.Input} and {other.Classes} + {other.Emotions}.");
        }
        return new Network(new NetworkSpec { Name = "ensemble" }, first.Input, first.Classes, first.Emotions, new Ensemble(members, mirror), new Sequential(Array.Empty<Layer>()));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        Tensor[] views = _mirror ? [input, input.flip(3)] : [input];
        Tensor[] logits = [.. views.SelectMany(view => _members.Select(member => member.call(view)))];
        return scope.MoveToOuter(logits.Aggregate((sum, next) => sum + next) / logits.Length);
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds)
    {
        FeatureShape output = input;
        for (int view = 0; view < (_mirror ? 2 : 1); view++)
        {
            foreach (Network member in _members)
                output = member.Describe(input, ref multiplyAdds);
        }
        return output;
    }

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        const long ToTheStart = long.MinValue;
        string[] views = _mirror
            ? [input, graph.Add("Slice", [input, graph.Constant([-1L], 1), graph.Constant([ToTheStart], 1), graph.Constant([3L], 1), graph.Constant([-1L], 1)])]
            : [input];
        string[] logits = [.. views.SelectMany(view => _members.Select(member => member.Export(graph, view)))];
        return logits.Length == 1 ? logits[0] : graph.Add("Mean", logits);
    }
}
