namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Permission to send one create now.</summary>
/// <param name="SentAt">The time of the permission; it names the create in what is reported of its outcome.</param>
/// <param name="Waited">How long this attempt waited for it.</param>
internal readonly record struct CreatePermit(DateTimeOffset SentAt, TimeSpan Waited);
