using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Mien.Server.Problems;

namespace Mien.Server.Security;

/// <summary>How many requests a client may send, and how many may be in work at once.</summary>
internal static class RequestLimits
{
    /// <summary>The policy of endpoints that compute.</summary>
    public const string Work = "work";

    /// <summary>The policy of connections that stay.</summary>
    public const string Streams = "streams";

    /// <summary>After how many seconds a busy server may be asked again.</summary>
    private const int BusySeconds = 1;

    public static void AddRequestLimits(this IServiceCollection services, ServerOptions options) => services.AddRateLimiter(limiter =>
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
            ClientOf(context), _ => new() { PermitLimit = options.RequestsPerMinute, Window = TimeSpan.FromMinutes(1) }));
        limiter.AddConcurrencyLimiter(Work, work => work.PermitLimit = options.Concurrency + options.Queue);
        limiter.AddConcurrencyLimiter(Streams, streams => streams.PermitLimit = options.MaximumStreams);
        limiter.OnRejected = async (rejected, _) => await Answer(rejected, options).ExecuteAsync(rejected.HttpContext);
    });

    private static ProblemHttpResult Answer(OnRejectedContext rejected, ServerOptions options)
    {
        // Only the limit a minute knows when it ends.
        bool rate = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after);
        int seconds = rate ? (int)Math.Ceiling(after.TotalSeconds) : BusySeconds;
        rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return rate ? Problem.TooManyRequests.Because($"A client may send {options.RequestsPerMinute} requests a minute. Wait {seconds} seconds.")
            : rejected.HttpContext.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == Streams
            ? Problem.Busy.Because($"{options.MaximumStreams} streams are open already, as many as may be. Try again when one has ended.")
            : Problem.Busy.Because($"{options.Concurrency + options.Queue} requests are in work or waiting already. Try again in {seconds} seconds.");
    }

    /// <summary>The client's address; of IPv6 the half that a provider gives to one customer.</summary>
    private static string ClientOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}
