using Mien.Inference;

namespace Mien.Tests.Golden;

/// <summary>What the models in the box take, give and say of themselves.</summary>
public sealed class ModelTests
{
    [Fact]
    public void The_models_in_the_box_are_what_they_were() => GoldenFile.Check("models.txt", ModelBox.Names.SelectMany(Describe));

    private static IEnumerable<string> Describe(string name)
    {
        using IOnnxSession session = OnnxModel.Open(ModelBox.Find(name));
        return
        [
            $"{name} input: {session.Input}",
            .. session.Outputs.Select((output, i) => $"{name} output {i}: {output}"),
            .. session.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{name} metadata {entry.Key}: {entry.Value}"),
        ];
    }
}
