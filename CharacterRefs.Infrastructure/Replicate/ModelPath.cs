namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>The name of a model as parts of URLs.</summary>
/// <param name="Path"><c>models/owner/name</c> or <c>deployments/owner/name</c>.</param>
/// <param name="Version">The pinned version; <c>null</c> for the latest one.</param>
/// <param name="IsDeployment">The model and its version are the deployment's.</param>
internal sealed record ModelPath(string Path, string? Version, bool IsDeployment)
{
    public string Predictions => $"{Path}/predictions";

    /// <summary>Reads <c>owner/name</c>, <c>owner/name:version</c> or <c>deployments/owner/name</c>.</summary>
    public static ModelPath Of(string model)
    {
        var end = model.IndexOf(':', StringComparison.Ordinal);
        var (name, version) = end < 0 ? (model, null) : (model[..end], model[(end + 1)..]);
        var parts = name.Split('/').Select(Uri.EscapeDataString).ToArray();
        var isDeployment = parts.Length == 3;
        return new ModelPath(isDeployment ? string.Join('/', parts) : $"models/{string.Join('/', parts)}", version, isDeployment);
    }
}
