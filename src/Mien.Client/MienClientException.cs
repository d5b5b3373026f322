using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Mien.Client;

/// <summary>A server's answer that says what is wrong with a request.</summary>
public sealed class MienClientException : Exception
{
    internal MienClientException(string message, HttpStatusCode status, string type, TimeSpan? retryAfter) : base(message) =>
        (Status, Type, RetryAfter) = (status, type, retryAfter);

    /// <summary>The HTTP status; 0 where a stream's message tells of the problem.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>By what programs tell problems apart, such as <c>urn:mien:problem:not-a-picture</c>; <c>about:blank</c> where the answer is not Mien's.</summary>
    public string Type { get; }

    /// <summary>After what time the request may succeed; null unless the server says so.</summary>
    public TimeSpan? RetryAfter { get; }

    internal static async Task<MienClientException> OfAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        Problem? problem = null;
        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            try
            {
                problem = await answer.Content.ReadFromJsonAsync(ClientJson.Default.Problem, cancellation);
            }
            catch (JsonException)
            {
                // Something between here and the server answered; its status is all there is.
            }
        }
        return new(problem?.Detail ?? problem?.Title ?? $"The server answered {(int)answer.StatusCode} {answer.ReasonPhrase}.",
            answer.StatusCode, problem?.Type ?? "about:blank", answer.Headers.RetryAfter?.Delta);
    }

    internal sealed record Problem(string? Type = null, string? Title = null, string? Detail = null);
}
