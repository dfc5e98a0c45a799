namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>The order to stop, of the host that the adapter runs in; never given where there is no host.</summary>
internal sealed record ServiceStop(CancellationToken Token);
