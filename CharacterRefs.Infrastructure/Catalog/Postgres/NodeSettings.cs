namespace CharacterRefs.Infrastructure.Catalog.Postgres;

/// <summary>The lease of a node.</summary>
internal sealed record NodeSettings
{
    /// <summary>
    /// <c>NODE_LEASE</c>: seconds, 3 to 300, after which a node that does not renew its lease counts as dead and others take over its work; default 6.
    /// It is renewed three times in this time.
    /// </summary>
    public required TimeSpan Lease { get; init; }

    public static NodeSettings Read(Settings settings) => new() { Lease = settings.Seconds("NODE_LEASE", 6, 3, 300) };
}
