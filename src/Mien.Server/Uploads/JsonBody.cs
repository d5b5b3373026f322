using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Mien.Server.Problems;

namespace Mien.Server.Uploads;

/// <summary>Reads a request's body as JSON.</summary>
internal static class JsonBody
{
    /// <param name="request">The request.</param>
    /// <param name="type">What the body holds.</param>
    /// <param name="form">What it looks like, for messages.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProblemException">It is no JSON, not of this form, or too large.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, string form, CancellationToken cancellation) where T : class
    {
        if (!request.HasJsonContentType())
            throw Problem.UnsupportedContentType.Exception($"Send the body as {UploadReader.Json}.");
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, type, cancellation) ?? throw new JsonException("The body is null.");
        }
        catch (JsonException error)
        {
            throw Problem.MalformedJson.Exception($"The body is not of the form {form}: {error.Message}");
        }
    }
}
