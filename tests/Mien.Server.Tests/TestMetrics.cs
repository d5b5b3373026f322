using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Mien.Server.Monitoring;

namespace Mien.Tests;

/// <summary>Metrics that nobody collects.</summary>
internal static class TestMetrics
{
    public static ServerMetrics Create() => new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
