using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mien.Server.Problems;

namespace Mien.Tests;

public sealed partial class DescriptionTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_committed_OpenAPI_document_is_the_one_that_the_server_gives()
    {
        using var answer = await running.Server.GetAsync("/openapi/v1.json");
        string actual = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string path = Path.Combine(SharedData.Checkout, "docs", "openapi.json");
        if (!JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(path)), JsonNode.Parse(actual)))
        {
            string found = Path.Combine(AppContext.BaseDirectory, "openapi.json");
            File.WriteAllText(found, JsonNode.Parse(actual)!.ToJsonString(Indented) + "\n");
            Assert.Fail($"docs/openapi.json is out of date. If the API is meant to be as it is now, copy {found} there.");
        }
    }

    [Fact]
    public async Task The_document_is_OpenAPI_3_1_and_names_every_path()
    {
        using var answer = await running.Server.GetAsync("/openapi/v1.json");
        var document = await RunningServer.JsonAsync(answer);
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(["/healthz", "/metrics", "/readyz", "/v1/analyze", "/v1/explain", "/v1/models", "/v1/models/{name}", "/v1/models/{name}/card", "/v1/models/{name}/file",
            "/v1/sessions", "/v1/sessions/{name}", "/v1/sessions/{name}/markers", "/v1/sessions/{name}/readings", "/v1/stream",
            "/v1/videos", "/v1/videos/{id}", "/v1/videos/{id}/readings", "/v1/videos/{id}/summary"],
            document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_answer_has_the_fields_that_the_document_promises()
    {
        using var description = await running.Server.GetAsync("/openapi/v1.json");
        var schemas = (await RunningServer.JsonAsync(description)).GetProperty("components").GetProperty("schemas");
        using var answer = await running.Server.PostAsync(RunningServer.Sample, "image/png");
        var analysis = await RunningServer.JsonAsync(answer);
        Fits(analysis, "AnalyzeAnswer");
        Fits(analysis.GetProperty("pictures")[0], "PictureAnalysis");
        Fits(analysis.GetProperty("pictures")[0].GetProperty("faces")[0], "FaceAnalysis");

        void Fits(JsonElement value, string schema)
        {
            var names = value.EnumerateObject().Select(field => field.Name).ToHashSet();
            Assert.Superset(schemas.GetProperty(schema).GetProperty("required").EnumerateArray().Select(name => name.GetString()!).ToHashSet(), names);
            Assert.Subset(schemas.GetProperty(schema).GetProperty("properties").EnumerateObject().Select(field => field.Name).ToHashSet(), names);
        }
    }

    [Fact]
    public void Every_problem_is_described()
    {
        string text = File.ReadAllText(Path.Combine(SharedData.Checkout, "docs", "api.md"));
        Assert.All(Problem.All, problem => Assert.Contains($"| {problem.Status} | `{problem.Name}` |", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_reference_page_needs_nothing_from_elsewhere()
    {
        using var answer = await running.Server.GetAsync("/reference");
        string page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("openapi/v1.json", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(Elsewhere(), page);
        // Scalar's own, which are on where nobody turns them off.
        foreach (string off in (string[])["\"telemetry\":false", "\"withDefaultFonts\":false", "\"agent\":{\"disabled\":true}", "\"mcp\":{\"disabled\":true}"])
            Assert.Contains(off, page, StringComparison.Ordinal);
        Assert.DoesNotContain("proxyUrl", page, StringComparison.Ordinal);
        foreach (string path in (string[])["/reference/scalar.js", "/reference/scalar.aspnetcore.js"])
        {
            Assert.Contains($"src=\"{path["/reference/".Length..]}\"", page, StringComparison.Ordinal);
            using var script = await running.Server.GetAsync(path);
            Assert.True(script.IsSuccessStatusCode && script.Content.Headers.ContentType?.MediaType == "text/javascript");
        }
    }

    [GeneratedRegex("https?://|url\\(")]
    private static partial Regex Elsewhere();
}
