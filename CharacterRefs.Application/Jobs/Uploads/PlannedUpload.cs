using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Jobs.Uploads;

/// <summary>A file, how far it is, and where to send it.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Url">Takes its bytes by PUT; <c>null</c> unless the state is <see cref="UploadState.Missing"/>.</param>
public sealed record PlannedUpload(JobUpload File, UploadState State, PresignedUrl? Url);
