using Microsoft.AspNetCore.Http;
using Mien.Server.Problems;

namespace Mien.Server.Endpoints;

/// <summary>Query parameters.</summary>
internal static class Parameters
{
    /// <summary>Refuses a request with parameters that its endpoint does not know: a misspelt one would be ignored.</summary>
    /// <exception cref="ProblemException">There is one.</exception>
    public static void Check(HttpRequest request, params ReadOnlySpan<string> known)
    {
        foreach (string key in request.Query.Keys)
        {
            if (!known.Contains(key))
                throw Problem.UnknownParameter.Exception($"'{key}' is not known here; there is only '{string.Join("', '", known!)}'.");
        }
    }
}
