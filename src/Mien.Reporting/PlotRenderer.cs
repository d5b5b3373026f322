using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mien.Reporting;

/// <summary>Draws plots as SVG with Vega-Lite, in one run of Node.js.</summary>
internal static class PlotRenderer
{
    private const string Remedy = "Reports need Node.js and the npm packages of package.json: run `./mien setup`, or `npm ci --ignore-scripts` in the checkout.";

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "render-plots.mjs");

    /// <summary>Draws plots.</summary>
    /// <param name="plots">The plots; none is a test whether any can be drawn.</param>
    /// <returns>An SVG document for each, in the same order.</returns>
    /// <exception cref="MienException">Node.js or a package is missing, or a specification is not valid.</exception>
    public static IReadOnlyList<string> Render(IReadOnlyList<Plot> plots)
    {
        var start = new ProcessStartInfo("node", [Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process node = Start(start);
        Task<string> output = node.StandardOutput.ReadToEndAsync(), error = node.StandardError.ReadToEndAsync();
        try
        {
            node.StandardInput.Write(new JsonArray([.. plots.Select(plot => plot.Specification)]).ToJsonString());
            node.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read; its own message, below, says why.
        }
        node.WaitForExit();
        if (node.ExitCode != 0)
        {
            throw new MienException(error.Result.Contains("ERR_MODULE_NOT_FOUND", StringComparison.Ordinal)
                ? $"The plots cannot be drawn: Node.js finds no Vega-Lite from {Script}. {Remedy}"
                : $"The plots cannot be drawn: Node.js ended with exit code {node.ExitCode}: {error.Result.Trim()}");
        }
        return JsonSerializer.Deserialize<string[]>(output.Result)!;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new MienException($"The plots cannot be drawn: there is no `node` command. {Remedy}", error);
        }
    }
}
