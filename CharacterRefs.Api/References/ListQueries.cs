using CharacterRefs.Api.Http;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.References.ListReferences;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Api.References;

/// <summary>A validated listing as a query.</summary>
internal static class ListQueries
{
    public static ListReferencesQuery From(ListCharacterReferencesRequest request) => new(
        new ReferenceFilter(
            request.Query?.Trim() is { Length: > 0 } query ? query : null,
            request.Origin is { } origin ? Enum.Parse<ReferenceOrigin>(origin, ignoreCase: true) : null,
            RequestIds.JobIdOf(request.JobId)),
        request.Cursor is { } cursor ? ReferenceCursors.Read(cursor) : null,
        request.Limit ?? ListReferencesQuery.DefaultLimit);
}
