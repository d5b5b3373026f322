using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mien.Server.Security;

/// <summary>Whether addresses can be reached from other machines.</summary>
internal static class Addresses
{
    /// <summary>Whether only this machine reaches the addresses to listen on.</summary>
    /// <exception cref="MienException">There is none, or one is no such address.</exception>
    public static bool AreLoopback(IReadOnlyList<string> urls) => urls.Count > 0
        // Each is looked at, so that a bad one is named wherever it stands.
        ? !urls.Select(IsLoopback).ToList().Contains(false)
        : throw new MienException($"There is no address to listen on; name one with --urls, such as {ServerOptions.DefaultUrl}.");

    private static bool IsLoopback(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.Port > IPEndPoint.MaxPort)
                throw new FormatException();
            return address.IsUnixPipe || address.IsNamedPipe || IsLoopbackHost(address.Host);
        }
        catch (FormatException error)
        {
            throw new MienException($"{url}: not an address to listen on; it is to look like {ServerOptions.DefaultUrl}.", error);
        }
    }

    /// <summary>Whether a host, as a URL names it, is this machine.</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
