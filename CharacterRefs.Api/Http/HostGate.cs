using CharacterRefs.Application.Ports.Generators;
using Microsoft.Extensions.Primitives;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Rejects requests that name another host than the allowed ones. A page of another site can point a name of its own at this service (DNS rebinding); then
/// the browser treats both as one origin, and only <c>Host</c> distinguishes them.
/// </summary>
/// <param name="allowed">Names and patterns; empty = any. A request without a host is allowed: browsers always send one.</param>
/// <param name="hookPath">Path of the provider's webhooks. Those may name the host that the provider was given; they are signed, so no page sends one.</param>
internal sealed class HostGate(RequestDelegate next, IReadOnlyList<string> allowed, PathString hookPath, IEnumerable<IPredictionHook> hooks)
{
    /// <summary>Names by which only this machine reaches itself.</summary>
    public static readonly IReadOnlyList<string> LoopbackNames = ["localhost", "127.0.0.1", "[::1]"];

    private readonly List<StringSegment> _allowed = [.. allowed.Select(name => (StringSegment)name)];
    private readonly string? _hookHost = hooks.SingleOrDefault()?.Host;

    /// <summary>The error of a host that is not allowed.</summary>
    public static Error Rejection(string host) => new(ErrorKind.Forbidden, $"The host {host} is not allowed. Use localhost, or add the name to ALLOWED_HOSTS.");

    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host;
        return _allowed.Count == 0 || !host.HasValue || HostString.MatchesAny(host.Host, _allowed) || IsHook(context.Request)
            ? next(context)
            : ProblemBodies.WriteAsync(context, Rejection(host.Host));
    }

    private bool IsHook(HttpRequest request) =>
        request.Host.Host.Equals(_hookHost, StringComparison.OrdinalIgnoreCase) && request.Path.StartsWithSegments(hookPath, StringComparison.Ordinal);
}
