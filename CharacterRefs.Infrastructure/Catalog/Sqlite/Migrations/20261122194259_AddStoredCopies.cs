using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CharacterRefs.Infrastructure.Catalog.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AddStoredCopies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "StoredKey",
                table: "tombstones",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "NextStoreAt",
                table: "references",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "StoreAttempts",
                table: "references",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "StoreError",
                table: "references",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "StoredAt",
                table: "references",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "StoredKey",
                table: "references",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "StoredState",
                table: "references",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_tombstones_StoredKey",
                table: "tombstones",
                column: "StoredKey");

            migrationBuilder.CreateIndex(
                name: "IX_references_StoredState_NextStoreAt",
                table: "references",
                columns: new[] { "StoredState", "NextStoreAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_tombstones_StoredKey",
                table: "tombstones");

            migrationBuilder.DropIndex(
                name: "IX_references_StoredState_NextStoreAt",
                table: "references");

            migrationBuilder.DropColumn(
                name: "StoredKey",
                table: "tombstones");

            migrationBuilder.DropColumn(
                name: "NextStoreAt",
                table: "references");

            migrationBuilder.DropColumn(
                name: "StoreAttempts",
                table: "references");

            migrationBuilder.DropColumn(
                name: "StoreError",
                table: "references");

            migrationBuilder.DropColumn(
                name: "StoredAt",
                table: "references");

            migrationBuilder.DropColumn(
                name: "StoredKey",
                table: "references");

            migrationBuilder.DropColumn(
                name: "StoredState",
                table: "references");
        }
    }
}
