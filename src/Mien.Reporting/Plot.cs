using System.Text.Json.Nodes;

namespace Mien.Reporting;

/// <summary>A Vega-Lite specification of this assembly with its data.</summary>
/// <param name="Name">What its file is called: <c>confusion</c> beside <c>evaluation.html</c> is <c>evaluation.confusion.svg</c>.</param>
/// <param name="Specification">The specification, which names its data <c>rows</c>.</param>
internal sealed record Plot(string Name, JsonObject Specification)
{
    /// <summary>Reads the specification <c>Plots/NAME.vl.json</c> and gives it its data.</summary>
    public static Plot Of(string name, IEnumerable<JsonObject> rows)
    {
        using Stream stream = typeof(Plot).Assembly.GetManifestResourceStream($"{name}.vl.json")!;
        JsonObject specification = JsonNode.Parse(stream)!.AsObject();
        specification["datasets"] = new JsonObject { ["rows"] = new JsonArray([.. rows]) };
        return new(name, specification);
    }
}
