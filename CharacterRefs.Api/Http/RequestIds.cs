namespace CharacterRefs.Api.Http;

/// <summary>Reads the ids of a validated request.</summary>
internal static class RequestIds
{
    public static IReadOnlyList<CharacterReferenceId> OfImages(IEnumerable<string?> texts) =>
        [.. texts.Select(text => CharacterReferenceId.TryParse(text, out var id) ? id : default)];

    public static JobId? OfJob(string? text) => JobId.TryParse(text, out var id) ? id : null;
}
