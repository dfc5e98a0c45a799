using CharacterRefs.Application.Jobs.VerifyJobAssets;

namespace CharacterRefs.Api.Jobs;

/// <summary>Validated requests about stored sets as commands.</summary>
internal static class StoredSetCommands
{
    public static VerifyDepth DepthOf(VerifyJobAssetsRequest request) =>
        request.Depth is { } depth ? Enum.Parse<VerifyDepth>(depth, ignoreCase: true) : VerifyDepth.Size;
}
