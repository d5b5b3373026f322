using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Mien.Server.Endpoints;

/// <summary><c>/openapi/v1.json</c> and the page that shows it; both are the same for everybody, so no key is asked for.</summary>
internal static class ReferenceEndpoints
{
    private const int NonceBytes = 16;

    public static void MapReference(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapScalarApiReference("/reference", Configure).AllowAnonymous();
    }

    /// <summary>Sets the page up so that all of it comes from this server, requests are sent to this server, and nothing goes elsewhere.</summary>
    private static void Configure(ScalarOptions page, HttpContext context)
    {
        string nonce = RandomNumberGenerator.GetHexString(2 * NonceBytes);
        context.Response.Headers.ContentSecurityPolicy = Policy(nonce);
        page.WithTitle("Mien: the API").WithNonce(nonce).WithDynamicBaseServerUrl().DisableTelemetry().DisableDefaultFonts().DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton();
    }

    /// <summary>The page's own scripts run and no others, none is made of text, and they reach this server only. Styles are free: its editor of JSON writes them as it goes, and they cannot send anything.</summary>
    private static string Policy(string nonce) =>
        $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
